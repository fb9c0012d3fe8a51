"""What it means: evidence, scoring and the views built from them."""
