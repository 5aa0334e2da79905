"""Static analysis of a configuration: each module looks at one thing and tells findings."""
