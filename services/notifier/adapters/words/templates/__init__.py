"""What pages say, a YAML file per language."""
