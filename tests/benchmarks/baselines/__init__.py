"""What a careful programmer writes by hand for the same work: the baselines."""
