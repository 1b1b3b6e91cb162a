"""What the demo, the benchmark and the chaos share."""
