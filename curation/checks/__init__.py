"""What a curated folder must be: the checks, their figures, and the rows behind them."""
