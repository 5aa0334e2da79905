"""The contact method `pagerduty`: alerts by PagerDuty's Events API v2."""
