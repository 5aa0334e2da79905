"""The contact method `opsgenie`: alerts at Opsgenie, and at Jira Service Management.

Both take the same requests; only the base URL differs. That of Jira Service Management is
`https://api.atlassian.com/jsm/ops/integration`. Opsgenie itself is said to end on 5 April 2027.
"""
