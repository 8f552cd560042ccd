"""Every small change of a module that a test should notice: pure, from the text of the module alone.

Places are those of Python's own tree, so that all else of the text stays as it is. Only what runs inside functions is
changed, and numbers of modules: fields, constraints and texts for people have proofs of their own.
"""

import ast
import io
import tokenize
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field

COMPARED = {
    ast.Eq: "!=",
    ast.NotEq: "==",
    ast.Lt: "<=",
    ast.LtE: "<",
    ast.Gt: ">=",
    ast.GtE: ">",
    ast.In: "not in",
    ast.NotIn: "in",
    ast.Is: "is not",
    ast.IsNot: "is",
}
CALCULATED = {
    ast.Add: "-",
    ast.Sub: "+",
    ast.Mult: "+",
    ast.Div: "*",
    ast.FloorDiv: "*",
    ast.BitOr: "&",
    ast.BitAnd: "|",
}
NEUTRAL = {ast.And: "True", ast.Or: "False"}
OTHER_NAME = {"min": "max", "max": "min", "any": "all", "all": "any"}
OTHER_END = {"first": "last", "last": "first", "latest": "earliest", "earliest": "latest"}
LINKS = {"filter", "exclude", "order_by", "distinct", "select_for_update", "reverse"}  # of a chain of calls
CONDITIONS = {"filter", "exclude", "Q"}
UNNOTICED = {"append", "extend"}  # their results are read in the same breath


@dataclass(frozen=True, order=True)
class Change:
    """The bytes from `start` to `end` of a text become `new`. `runs`: the lines that are run when it is tried."""

    start: int
    end: int
    new: str
    runs: range = field(compare=False)


def changes_of(source: bytes) -> list[Change]:
    """In the order of the text, each once."""
    return sorted(set(_Reader(source).read()))


def changed(source: bytes, change: Change) -> bytes:
    return source[: change.start] + change.new.encode() + source[change.end :]


def shown(source: bytes, change: Change) -> tuple[int, str, str]:
    """(line, how the lines that it touches read before, and after) for people."""
    begin = source.rfind(b"\n", 0, change.start) + 1
    end = source.find(b"\n", change.end)
    end = len(source) if end < 0 else end
    before = source[begin:end]
    after = before[: change.start - begin] + change.new.encode() + before[change.end - begin :]
    return source.count(b"\n", 0, begin) + 1, _on_one_line(before), _on_one_line(after)


def _on_one_line(text: bytes) -> str:
    return " ".join(text.decode().split())


class _Reader:
    def __init__(self, source: bytes):
        self.source = source
        self.tree = ast.parse(source)
        starts = [0]
        for line in source.splitlines(keepends=True):
            starts.append(starts[-1] + len(line))
        self.line_starts = starts
        self.tokens = sorted(self._tokens())

    def _tokens(self) -> Iterator[tuple[int, int, str]]:
        """(start, end, text) of operators, names and keywords, in bytes."""
        text = self.source.decode()
        lines = list(io.StringIO(text))
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type in (tokenize.OP, tokenize.NAME):
                row, column = token.start
                start = self.line_starts[row - 1] + len(lines[row - 1][:column].encode())
                yield start, start + len(token.string.encode()), token.string

    def read(self) -> Iterator[Change]:
        for node in self.tree.body:
            if isinstance(node, ast.Assign | ast.AnnAssign) and node.value:
                yield from self._numbers(node.value)
        yield from self._definitions(self.tree)

    def _numbers(self, value: ast.expr) -> Iterator[Change]:
        for node in ast.walk(value):
            if isinstance(node, ast.Constant):
                yield from self._constant(node, range(0))

    def _definitions(self, node: ast.AST) -> Iterator[Change]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
                for default in (*child.args.defaults, *(it for it in child.args.kw_defaults if it)):
                    yield from self._expressions(default, range(child.body[0].lineno, child.end_lineno + 1))
                yield from self._statements(child.body)
            elif isinstance(child, ast.ClassDef):
                yield from self._definitions(child)

    def _statements(self, body: list[ast.stmt]) -> Iterator[Change]:
        for statement in body:
            inner = [name for name in ("body", "orelse", "finalbody") if getattr(statement, name, None)]
            handlers = getattr(statement, "handlers", [])
            cases = getattr(statement, "cases", [])
            blocks = [getattr(statement, name) for name in inner] + [
                part.body for part in (*handlers, *cases)
            ]
            if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                yield from self._definitions(ast.Module([statement], []))
                continue
            last = blocks[0][0].lineno - 1 if blocks else statement.end_lineno
            runs = range(statement.lineno, max(last, statement.lineno) + 1)
            yield from self._statement(statement, runs)
            for block in blocks:
                yield from self._statements(block)

    def _statement(self, statement: ast.stmt, runs: range) -> Iterator[Change]:
        if self._is_noticed(statement):
            yield self._replace(statement, "pass", runs)
        if isinstance(statement, ast.If):
            test = self._text(statement.test)
            new = "False" if _is_guard(statement) else f"not ({test})"
            yield self._replace(statement.test, new, runs)
        for name, value in ast.iter_fields(statement):
            if name in (
                "body",
                "orelse",
                "finalbody",
                "handlers",
                "cases",
                "annotation",
                "targets",
                "target",
            ):
                continue
            for node in value if isinstance(value, list) else [value]:
                if isinstance(node, ast.withitem):
                    node = node.context_expr
                if isinstance(node, ast.expr):
                    yield from self._expressions(node, runs)

    def _is_noticed(self, statement: ast.stmt) -> bool:
        """Whether a statement may be left out and the module still makes sense: a call, or what is set or added."""
        if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
            called = statement.value.func
            return not (isinstance(called, ast.Attribute) and called.attr in UNNOTICED)
        if isinstance(statement, ast.Assign):
            return all(isinstance(target, ast.Attribute | ast.Subscript) for target in statement.targets)
        return isinstance(statement, ast.AugAssign)

    def _expressions(self, top: ast.expr, runs: range) -> Iterator[Change]:
        waiting: list[ast.AST] = [top]
        while waiting:
            node = waiting.pop()
            if isinstance(node, ast.JoinedStr):
                continue  # a text, and its parts have no places of their own before Python 3.12
            yield from self._expression(node, runs)
            waiting += ast.iter_child_nodes(node)

    def _expression(self, node: ast.AST, runs: range) -> Iterator[Change]:
        match node:
            case ast.Constant():
                yield from self._constant(node, runs)
            case ast.Compare(left=left, ops=[operator], comparators=[right]):
                yield self._between(left, right, COMPARED[type(operator)], runs)
            case ast.BinOp(left=left, op=operator, right=right) if type(operator) in CALCULATED:
                if not any(
                    isinstance(side, ast.JoinedStr | ast.List) or _is_text(side) for side in (left, right)
                ):
                    yield self._between(left, right, CALCULATED[type(operator)], runs)
            case ast.BoolOp(op=operator, values=values):
                for value in values:
                    yield self._replace(value, NEUTRAL[type(operator)], runs)
            case ast.UnaryOp(op=ast.Not() | ast.Invert(), operand=operand):
                start, end, _ = self._tokens_in(self._start(node), self._start(operand))[0]
                yield Change(start, end, "", runs)
            case ast.IfExp(test=test):
                yield self._replace(test, f"not ({self._text(test)})", runs)
            case ast.comprehension(ifs=conditions):
                for condition in conditions:
                    yield self._replace(condition, "True", runs)
            case ast.Call():
                yield from self._call(node, runs)

    def _constant(self, node: ast.Constant, runs: range) -> Iterator[Change]:
        if isinstance(node.value, bool):
            yield self._replace(node, str(not node.value), runs)
        elif isinstance(node.value, int):
            yield self._replace(node, str(node.value + 1), runs)

    def _call(self, node: ast.Call, runs: range) -> Iterator[Change]:
        called = node.func
        name = getattr(called, "attr", getattr(called, "id", ""))
        if isinstance(called, ast.Name) and name in OTHER_NAME:
            yield self._replace(called, OTHER_NAME[name], runs)
        if isinstance(called, ast.Attribute):
            dot = next(
                it for it in self._tokens_in(self._end(called.value), self._end(called)) if it[2] == "."
            )
            if name in OTHER_END and not node.args:
                yield Change(dot[1], self._end(called), OTHER_END[name], runs)
            if name in LINKS:
                is_first = isinstance(called.value, ast.Attribute) and called.value.attr == "objects"
                yield Change(dot[0], self._end(node), ".all()" if is_first else "", runs)
        given = [*node.args, *(keyword for keyword in node.keywords)]
        if name in CONDITIONS and len(given) > 1:
            for argument in given:
                yield self._without(argument, node, runs)

    def _without(self, argument: ast.AST, call: ast.Call, runs: range) -> Change:
        """One argument and the comma after it; before the end, a comma that is left over does no harm."""
        end = self._end(argument)
        after = self._tokens_in(end, self._end(call))
        comma = after[0] if after and after[0][2] == "," else None
        return Change(self._start(argument), comma[1] if comma else end, "", runs)

    def _between(self, left: ast.expr, right: ast.expr, new: str, runs: range) -> Change:
        """The operator, brackets beside it apart."""
        between = self._tokens_in(self._end(left), self._start(right))
        operator = [token for token in between if token[2] not in "()"]
        return Change(operator[0][0], operator[-1][1], new, runs)

    def _tokens_in(self, start: int, end: int) -> list[tuple[int, int, str]]:
        first = bisect_left(self.tokens, (start,))
        return [token for token in self.tokens[first : first + 50] if token[1] <= end]

    def _replace(self, node: ast.AST, new: str, runs: range) -> Change:
        return Change(self._start(node), self._end(node), new, runs)

    def _text(self, node: ast.AST) -> str:
        return self.source[self._start(node) : self._end(node)].decode()

    def _start(self, node) -> int:
        return self.line_starts[node.lineno - 1] + node.col_offset

    def _end(self, node) -> int:
        return self.line_starts[node.end_lineno - 1] + node.end_col_offset


def _is_guard(statement: ast.If) -> bool:
    """Whether it only turns back what must not go on."""
    return not statement.orelse and isinstance(statement.body[-1], ast.Raise | ast.Return | ast.Continue)


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)
