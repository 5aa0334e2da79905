"""The contact methods `sms` and `voice`, both by Twilio."""
