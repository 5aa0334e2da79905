"""What systems that keep alerts (PagerDuty, Opsgenie) have in common."""
