"""The process that searches: an order on standard input, on standard output what is found, line by line.

It evaluates only the components of this package, on values read as literals; no code that a person or a model
wrote is run here. The programs it finds are text, and run in the sandbox like any candidate.
"""

from __future__ import annotations

import gc
import resource
import sys

import msgspec

from pipeline.generate.search.budget import Budget, Meter
from pipeline.generate.search.enumeration import enumerated
from pipeline.generate.search.found import Found
from pipeline.generate.search.order import Order
from pipeline.generate.search.problem import problem_of
from pipeline.ir import Example, Function
from pipeline.verify.behaviour.examples import Expectation
from pipeline.verify.sandbox.values import decode

_ADDRESSES_BYTES = 512 << 20
"""What a process may map beyond the memory that it uses."""
_CPU_SECONDS = 10


def main() -> None:
    """Read the order, search, write what was found."""
    order = msgspec.json.decode(sys.stdin.buffer.read(), type=Order)
    _limit(order)
    sys.set_int_max_str_digits(0)  # terms are told apart by how their values print
    gc.disable()  # terms live until the end, so looking for garbage among them is time lost
    expectations = [
        Expectation(Example.model_validate_json(example), decode(value))
        for example, value in zip(order.examples, order.values, strict=True)
    ]
    budget = Budget(order.seconds, order.terms, order.memory_bytes, order.fits)
    problem = problem_of(Function.model_validate_json(order.function), expectations)
    if problem is not None:
        _tell(enumerated(problem, Meter(budget, order.started), _tell))


def _tell(found: Found) -> None:
    sys.stdout.buffer.write(msgspec.json.encode(found) + b"\n")
    sys.stdout.buffer.flush()


def _limit(order: Order) -> None:
    """The last resort: the search itself keeps to its budget, and its parent ends it if it does not."""
    if sys.platform != "darwin":  # which does not enforce it
        most = order.memory_bytes + _ADDRESSES_BYTES
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
    seconds = int(order.seconds) + _CPU_SECONDS
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))


if __name__ == "__main__":
    main()
