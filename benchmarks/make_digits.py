"""Make course_lib/experiments/digits.npz from scikit-learn's copy of the digits.

Run it where scikit-learn is installed: ``python benchmarks/make_digits.py``. Made with
scikit-learn 1.9.1 and numpy 2.4.6.
"""

from pathlib import Path

import numpy as np
import sklearn.datasets

SOURCE = """Optical Recognition of Handwritten Digits, UCI Machine Learning Repository,
https://doi.org/10.24432/C50P49. Creators: E. Alpaydin and C. Kaynak, 1998.
Licence: Creative Commons Attribution 4.0 International (CC BY 4.0).
These are the 1,797 images of the data set's test part, written by 13 people, unchanged: 8 x 8
pixels, each the number of inked points (0 to 16) in a block of 4 x 4."""

if __name__ == "__main__":
    digits = sklearn.datasets.load_digits()
    np.savez_compressed(
        Path(__file__).parent.parent / "course_lib" / "experiments" / "digits.npz",
        images=digits.images.astype(np.uint8),
        labels=digits.target.astype(np.uint8),
        source=SOURCE,
    )
