"""Who is free and who waits, and who fits whom: found without looking at everybody."""
