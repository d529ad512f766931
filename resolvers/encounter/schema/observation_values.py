"""Values of observations: one type for each element of FHIR Observation.value[x]."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Annotated, Any, TypeAlias

import strawberry

from resolvers.datatypes.scalars import DateTime, Decimal, PartialDate
from resolvers.datatypes.values import CodeableConcept, Period, Quantity
from resolvers.encounter.dates import to_date_time, to_partial_date
from resolvers.encounter.elements import (
    boolean,
    concept,
    decimal,
    integer,
    members,
    period,
    quantity,
    text,
)


@strawberry.type(description="A value in words.")
class TextValue:
    """FHIR valueString."""

    text: str | None = strawberry.field(description="The words.")


@strawberry.type(description="Yes or no.")
class BooleanValue:
    """FHIR valueBoolean."""

    boolean: bool = strawberry.field(description="The answer.")


@strawberry.type(description="A whole number without a unit.")
class IntegerValue:
    """FHIR valueInteger."""

    integer: int = strawberry.field(description="The number.")


@strawberry.type(description="From one amount to another, both included (FHIR Range).")
class RangeValue:
    """FHIR valueRange."""

    low: Quantity | None = strawberry.field(description="The lower limit.")
    high: Quantity | None = strawberry.field(description="The upper limit.")


@strawberry.type(description="One amount for another, e.g. a titre (FHIR Ratio).")
class RatioValue:
    """FHIR valueRatio."""

    numerator: Quantity | None = strawberry.field(description="The first amount.")
    denominator: Quantity | None = strawberry.field(description="The second amount.")


@strawberry.type(description="A time of day.")
class TimeValue:
    """FHIR valueTime."""

    time: str = strawberry.field(description="The time, `13:45:00`.")


@strawberry.type(description="A date or an instant.")
class DateTimeValue:
    """FHIR valueDateTime."""

    date: PartialDate = strawberry.field(description="The date, as far as it is known.")
    date_time: DateTime = strawberry.field(
        description="The instant, or that at which the date begins."
    )


@strawberry.type(description="A span of time; the end is exclusive.")
class PeriodValue:
    """FHIR valuePeriod."""

    period: Period = strawberry.field(description="The span.")


@strawberry.type(description="Values of a device at regular intervals (FHIR SampledData).")
class SampledDataValue:
    """FHIR valueSampledData."""

    origin: Quantity | None = strawberry.field(description="Zero, and the unit.")
    interval_ms: Decimal | None = strawberry.field(
        description="Milliseconds from one sample to the next."
    )
    factor: Decimal | None = strawberry.field(description="What samples are multiplied by.")
    lower_limit: Decimal | None = strawberry.field(description="The least that can be detected.")
    upper_limit: Decimal | None = strawberry.field(description="The most that can be detected.")
    dimensions: int | None = strawberry.field(description="Samples per point in time.")
    samples: str | None = strawberry.field(
        description="The samples, separated by spaces; `E` error, `L` too low, `U` too high."
    )


ObservationValue: TypeAlias = Annotated[
    Quantity
    | CodeableConcept
    | TextValue
    | BooleanValue
    | IntegerValue
    | RangeValue
    | RatioValue
    | TimeValue
    | DateTimeValue
    | PeriodValue
    | SampledDataValue,
    strawberry.union(
        "ObservationValue",
        description="What was found (FHIR Observation.value[x]). Types may be added.",
    ),
]
"""FHIR Observation.value[x]."""


def _text_value(given: object) -> TextValue | None:
    words = text(given)
    return None if words is None else TextValue(text=words)


def _boolean_value(given: object) -> BooleanValue | None:
    answer = boolean(given)
    return None if answer is None else BooleanValue(boolean=answer)


def _integer_value(given: object) -> IntegerValue | None:
    number = integer(given)
    return None if number is None else IntegerValue(integer=number)


def _range_value(given: object) -> RangeValue | None:
    limits = members(given)
    low, high = quantity(limits.get("low")), quantity(limits.get("high"))
    return None if low is None and high is None else RangeValue(low=low, high=high)


def _ratio_value(given: object) -> RatioValue | None:
    parts = members(given)
    numerator, denominator = quantity(parts.get("numerator")), quantity(parts.get("denominator"))
    if numerator is None and denominator is None:
        return None
    return RatioValue(numerator=numerator, denominator=denominator)


def _time_value(given: object) -> TimeValue | None:
    time = text(given)
    return None if time is None else TimeValue(time=time)


def _date_time_value(given: object) -> DateTimeValue | None:
    date, instant = to_partial_date(given), to_date_time(given)
    if date is None or instant is None:
        return None
    return DateTimeValue(date=date, date_time=instant)


def _period_value(given: object) -> PeriodValue | None:
    span = period(given)
    return None if span is None else PeriodValue(period=span)


def _sampled_data_value(given: object) -> SampledDataValue | None:
    sampled = members(given)
    if not sampled:
        return None
    return SampledDataValue(
        origin=quantity(sampled.get("origin")),
        interval_ms=decimal(sampled.get("period")),
        factor=decimal(sampled.get("factor")),
        lower_limit=decimal(sampled.get("lowerLimit")),
        upper_limit=decimal(sampled.get("upperLimit")),
        dimensions=integer(sampled.get("dimensions")),
        samples=text(sampled.get("data")),
    )


_VALUES: Mapping[str, Callable[[object], Any]] = MappingProxyType(
    {
        "valueQuantity": quantity,
        "valueCodeableConcept": concept,
        "valueString": _text_value,
        "valueBoolean": _boolean_value,
        "valueInteger": _integer_value,
        "valueRange": _range_value,
        "valueRatio": _ratio_value,
        "valueTime": _time_value,
        "valueDateTime": _date_time_value,
        "valuePeriod": _period_value,
        "valueSampledData": _sampled_data_value,
    }
)


def observation_value(given: Mapping[str, Any]) -> ObservationValue | None:
    """The value of an Observation or of one of its components.

    Source: FHIR R4 Observation.value[x], Observation.component.value[x].
    """
    for element, read in _VALUES.items():
        if element in given:
            found: ObservationValue | None = read(given[element])
            if found is not None:
                return found
    return None
