"""The contact method `statuspage`: outages on a public page of Atlassian Statuspage."""
