from collections.abc import Iterator

import pytest

from orgportal.core.batches import batches


@pytest.mark.parametrize(("count", "sizes"), [(0, []), (1, [1]), (2, [2]), (5, [2, 2, 1])])
def test_all_are_taken_in_their_order_so_many_at_a_time(count: int, sizes: list[int]) -> None:
    found = list(batches(range(count), 2))

    assert [len(batch) for batch in found] == sizes
    assert [row for batch in found for row in batch] == list(range(count))


def test_no_row_is_asked_for_before_its_batch_is() -> None:
    asked: list[int] = []

    def rows() -> Iterator[int]:
        for number in range(4):
            asked.append(number)
            yield number

    first = next(batches(rows(), 2))

    assert first == asked == [0, 1]
