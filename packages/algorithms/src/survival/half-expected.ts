/**
 * Half the number that a share of the rows makes of all events. A site whose group has 1…k−1 events must not tell them, and
 * abstains. Where these are not rare, only the sites remain in which chance gave a group many or none: of data without any
 * difference, tests rejected up to 36 %. So a site takes part where 2k are expected, which does not depend on who had the
 * events, and fewer than k are then rare: about 5 %. The rule of counts sees half of the number: at least k, or it abstains.
 */
export function halfExpected(events: number, share: number): number {
  return events === 0 || share === 0 ? 0 : Math.max(1, Math.floor((events * share) / 2));
}
