"""A live figure with controls, for any notebook: matplotlib draws once, the browser the rest."""
