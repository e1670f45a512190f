"""How far two people who decide about the same texts agree."""

from dataclasses import dataclass

# Below this, chance alone makes any number.
FEWEST = 10


@dataclass(frozen=True)
class Agreement:
    """
    Two by two: what the first decided (publish, refuse), then what the second would have done.

    ``publish_refuse`` counts what the first published and the second would have refused.
    """

    publish_publish: int = 0
    publish_refuse: int = 0
    refuse_publish: int = 0
    refuse_refuse: int = 0

    @property
    def n(self) -> int:
        return self.publish_publish + self.publish_refuse + self.refuse_publish + self.refuse_refuse

    @property
    def agreed(self) -> int:
        return self.publish_publish + self.refuse_refuse

    @property
    def is_enough(self) -> bool:
        return self.n >= FEWEST

    @property
    def kappa(self) -> float | None:
        """
        Agreement beyond chance: 1 for always, 0 for as often as by chance (Cohen, 1960).

        None where both always said the same one thing, or nobody said anything: then chance explains everything.
        """
        first_published = self.publish_publish + self.publish_refuse
        second_published = self.publish_publish + self.refuse_publish
        # In whole numbers up to the last step: n² times the agreement that chance alone would give.
        by_chance = first_published * second_published + (self.n - first_published) * (
            self.n - second_published
        )
        beyond_chance = self.n**2 - by_chance
        return (self.n * self.agreed - by_chance) / beyond_chance if beyond_chance else None
