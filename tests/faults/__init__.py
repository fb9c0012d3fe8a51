"""What kills, starves and damages pledger, and counts what is lost; `make faults` runs all of it."""
