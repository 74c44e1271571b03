"""A recorded step function as mathematics: what it computes, whatever its text looks like."""

from typing import NamedTuple

_LETTERS = {
    "lr": ("α", r"\alpha"),
    "beta": ("β", r"\beta"),
    "beta1": ("β₁", r"\beta_1"),
    "beta2": ("β₂", r"\beta_2"),
    "eps": ("ε", r"\varepsilon"),
}
_SIGNS = {
    "add": (" + ", " + ", 1),
    "subtract": (" − ", " - ", 1),
    "multiply": (" ", r"\, ", 2),
    "greater": (" > ", " > ", 0),
    "greater_equal": (" ≥ ", r" \ge ", 0),
    "less": (" < ", " < ", 0),
    "less_equal": (" ≤ ", r" \le ", 0),
    "equal": (" = ", " = ", 0),
    "not_equal": (" ≠ ", r" \ne ", 0),
}  # text, LaTeX, and how strongly it binds
_WHOLE = 9  # binds as strongly as one letter


class Formula(NamedTuple):
    """The lines of a step function, each as text and as LaTeX; a notebook shows the LaTeX."""

    name: str
    lines: tuple  # of pairs of text and LaTeX

    def __repr__(self):
        return "\n".join(text for text, _ in self.lines)

    def _repr_latex_(self):
        rows = r" \\ ".join(latex.replace("=", "&=", 1) for _, latex in self.lines)
        return rf"$\displaystyle \begin{{aligned}} {rows} \end{{aligned}}$"


class _Text(NamedTuple):
    """An expression as text and as LaTeX."""

    plain: str
    latex: str
    binds: int = _WHOLE

    def inside(self, binds):
        """It as a part of another expression; in brackets where that binds more strongly."""
        if self.binds >= binds:
            return self
        return _Text(f"({self.plain})", rf"\left({self.latex}\right)")


def formula_of(program, name):
    """The `Formula` of a step that was recorded with one coordinate.

    A field before the step has the index t - 1, everything that the step computes the index t.
    """
    fields = [field for field, _ in program["outputs"]]
    before = {register: _of_time(part, fields) for part, register in program["inputs"]}
    constants = {register: _Text(*[_number(value)] * 2) for register, value in program["constants"]}
    after = {registers[0]: name for name, registers in reversed(program["names"])}
    after |= {r: "t" for part, r in program["outputs"] if part == "t" and r not in before}
    known, lines = before | constants, []
    for target, operation, *sources in program["instructions"]:
        text = _expression(operation, *(known[source] for source in sources), sources=sources)
        variable = after.get(target)
        if variable is None:
            known[target] = text
        elif variable == "t":
            known[target] = _Text("t", "t")
        else:
            known[target] = _variable(variable, "t")
            lines.append(_line(known[target], text))
    lines += [
        _line(_variable(name, "t"), known[registers[0]])
        for name, registers in program["names"]
        if after.get(registers[0]) != name or (registers[0] in before and name in _bare(fields))
    ]
    return Formula(name, tuple(lines))


def _line(left, right):
    return f"{left.plain} = {right.plain}", f"{left.latex} = {right.latex}"


def _bare(names):
    return {name.partition(".")[0] for name in names}


def _of_time(part, fields):
    """An input: a field has the index of the step before; g that of this one."""
    name = part.partition(".")[0]
    if name == "t":
        return _Text("t − 1", "t - 1", 1)
    if part in fields:
        return _variable(name, "t-1")
    return _variable(name, "t") if part == "g.0" else _Text(*_letters(name))


def _variable(name, time):
    plain, latex = _letters(name)
    index = {"t": "ₜ", "t-1": "ₜ₋₁"}[time]
    base, _, below = latex.partition("_")
    below = below.strip("{}")
    joined = f"{base}_{{{below + ', ' if below else ''}{time}}}"
    return _Text(plain + index, joined)


def _letters(name):
    """A variable in the letters of the papers, as text and as LaTeX."""
    if name in _LETTERS:
        return _LETTERS[name]
    if name == "v_max":
        return "v_max", r"v_{\max}"
    base, _, hat = name.partition("_")
    if hat == "hat" and len(base) == 1:
        return f"{base}\u0302", rf"\hat{{{base}}}"
    written = name.replace("_", r"\_")
    return name, name if len(name) == 1 else rf"\text{{{written}}}"


def _number(value):
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def _expression(operation, *parts, sources):
    """An operation on expressions."""
    if operation == "multiply" and sources[0] == sources[1]:
        base = parts[0].inside(_WHOLE)
        return _Text(f"{base.plain}²", f"{base.latex}^2", 4)
    if operation in _SIGNS:
        plain, latex, binds = _SIGNS[operation]
        a, b = parts[0].inside(binds), parts[1].inside(binds + (operation == "subtract"))
        if operation == "multiply" and (b.plain[:1].isdigit() or " / " in a.plain):
            plain, latex = " · ", r" \cdot "
        return _Text(f"{a.plain}{plain}{b.plain}", f"{a.latex}{latex}{b.latex}", binds)
    if operation == "divide":
        a, b = parts[0].inside(2), parts[1].inside(3)
        latex = rf"\frac{{{parts[0].latex}}}{{{parts[1].latex}}}"
        return _Text(f"{a.plain} / {b.plain}", latex, 2)
    if operation == "negative":
        a = parts[0].inside(2)
        return _Text(f"−{a.plain}", f"-{a.latex}", 1)
    if operation == "power":
        a, b = parts[0].inside(_WHOLE), parts[1].inside(_WHOLE)
        return _Text(f"{a.plain}^{b.plain}", f"{a.latex}^{{{parts[1].latex}}}", 4)
    if operation == "sqrt":
        return _Text(f"√({parts[0].plain})", rf"\sqrt{{{parts[0].latex}}}")
    if operation == "absolute":
        return _Text(f"|{parts[0].plain}|", rf"\left|{parts[0].latex}\right|")
    if operation == "where":
        condition, one, other = parts
        plain = f"({one.plain} if {condition.plain}, else {other.plain})"
        rows = rf"{one.latex} & \text{{if }} {condition.latex} \\ {other.latex} & \text{{else}}"
        return _Text(plain, rf"\begin{{cases}} {rows} \end{{cases}}")
    short = {"maximum": "max", "minimum": "min"}.get(operation, operation)
    plain, latex = (", ".join(part[k] for part in parts) for k in (0, 1))
    macro = rf"\{short}" if short in ("max", "min", "exp", "log", "sin", "cos") else None
    macro = macro or rf"\operatorname{{{short}}}"
    return _Text(f"{short}({plain})", rf"{macro}\left({latex}\right)")
