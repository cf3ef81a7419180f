//! Batches whose sizes follow a schedule.

use proptest::prelude::*;
use rappel_data::DataError;
use rappel_data::schedule::{Clock, Schedule, empty, hold, inverse_sqrt, samples};

use crate::{counted, rows};

#[test]
fn a_schedule_that_never_settles_is_refused_where_it_is_not_known() {
    let sizes = Clock::new().batch_schedule(inverse_sqrt(64.0, samples(1000))).batches().unwrap();
    let data = counted(10);
    assert_eq!(data.batches_sized(&sizes, 0).unwrap().len(), 1);
    let error = data.batches_sized(&sizes, 1 << 40).unwrap_err();
    assert!(matches!(error, DataError::BatchSizes { step, len: 10 } if step == 1 << 40), "{error}");
}

#[test]
fn one_size_makes_the_batches_it_always_made() {
    let sizes = Clock::new().batch_schedule(4.0).batches().unwrap();
    for n in 1..20 {
        let data = counted(n);
        let (sized, same) = (data.batches_sized(&sizes, 7).unwrap(), data.batches(4));
        assert_eq!((sized.len(), sized.clone().drop_last().len()), (same.len(), same.clone().drop_last().len()));
        assert!(sized.eq(same));
    }
}

proptest! {
    #[test]
    fn batches_are_as_large_as_their_steps_say(
        pieces in prop::collection::vec((1..9_u32, 1..5_u64), 1..5),
        n in 1..80_usize,
        step in 0..12_u64,
    ) {
        let ramp = pieces.iter().fold(empty(), |ramp, (size, steps)| ramp.then(hold(f64::from(*size), *steps)));
        let sizes = Clock::new().batch_schedule(ramp.then(Schedule::from(5.0))).batches().unwrap();
        let batches = counted(n).batches_sized(&sizes, step).unwrap();
        let (announced, whole) = (batches.len(), batches.clone().drop_last());
        let made: Vec<Vec<usize>> = batches.map(|batch| rows(&batch)).collect();
        prop_assert_eq!(made.len(), announced);
        prop_assert_eq!(made.concat(), (0..n).collect::<Vec<_>>());
        for (k, made) in (step..).zip(&made[..announced - 1]) {
            prop_assert_eq!(made.len() as u64, sizes.at(k).unwrap());
        }
        let full = made.iter().zip(step..).filter(|(made, k)| made.len() as u64 == sizes.at(*k).unwrap()).count();
        prop_assert_eq!(whole.len(), full);
        prop_assert_eq!(whole.count(), full);
    }
}
