"""What the notebooks measure: runs, verdicts, momentum, online problems, maps, training."""
