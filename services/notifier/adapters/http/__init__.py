"""One request over HTTP: to an address that was checked, and not after its permission."""
