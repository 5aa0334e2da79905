"""What every service stands on: contracts, the runner, configuration, the clock."""
