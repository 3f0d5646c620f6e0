"""What Poolhouse claims about its speed, measured beside a floor in the same run. README.md has the results."""
