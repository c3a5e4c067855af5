"""Choose modules and put them in order, proven and verified."""
