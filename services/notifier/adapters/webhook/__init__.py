"""The contact method `webhook`: signed POSTs after the Standard Webhooks specification."""
