"""Every parser against hostile bytes: with hypothesis in the test suite, guided by coverage with ``make fuzz``."""
