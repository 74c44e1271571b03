"""What every part needs: validation, text, a sandbox for foreign code."""
