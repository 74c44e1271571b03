"""The last lines that two public tutorials print, to be compared with those of a run of ours.

J. Brownlee: "Code Adam Gradient Descent Optimization From Scratch" and "Gradient Descent
Optimization With AMSGrad From Scratch" (2021).
"""

ADAM_LINES = """
>50 f([-0.00056912 -0.00321961]) = 0.00001
>51 f([-0.00052452 -0.00286514]) = 0.00001
>52 f([-0.00043908 -0.00251304]) = 0.00001
>53 f([-0.0003283 -0.00217044]) = 0.00000
>54 f([-0.00020731 -0.00184302]) = 0.00000
>55 f([-8.95352320e-05 -1.53514076e-03]) = 0.00000
>56 f([ 1.43050285e-05 -1.25002847e-03]) = 0.00000
>57 f([ 9.67123406e-05 -9.89850279e-04]) = 0.00000
>58 f([ 0.00015359 -0.00075587]) = 0.00000
>59 f([ 0.00018407 -0.00054858]) = 0.00000
Done!
f([ 0.00018407 -0.00054858]) = 0.000000
""".strip().splitlines()

AMSGRAD_LINES = """
>90 f([-5.74880707e-11 2.16227707e-03]) = 0.00000
>91 f([-4.53359947e-11 2.03974264e-03]) = 0.00000
>92 f([-3.57526928e-11 1.92415218e-03]) = 0.00000
>93 f([-2.81951584e-11 1.81511216e-03]) = 0.00000
>94 f([-2.22351711e-11 1.71225138e-03]) = 0.00000
>95 f([-1.75350316e-11 1.61521966e-03]) = 0.00000
>96 f([-1.38284262e-11 1.52368665e-03]) = 0.00000
>97 f([-1.09053366e-11 1.43734076e-03]) = 0.00000
>98 f([-8.60013947e-12 1.35588802e-03]) = 0.00000
>99 f([-6.78222208e-12 1.27905115e-03]) = 0.00000
Done!
f([-6.78222208e-12 1.27905115e-03]) = 0.000002
""".strip().splitlines()


def agreeing(lines, printed):
    """How many of the printed lines are the last of ours, digit by digit.

    Spaces do not count: a newer numpy puts more of them into an array.

    Examples
    --------
    >>> agreeing(["first", "second", "last"], ["2nd", "last"])
    1
    """
    last = lines[-len(printed) :]
    pairs = zip(last, printed, strict=True)
    return sum(ours.replace(" ", "") == theirs.replace(" ", "") for ours, theirs in pairs)
