//! Broken observation models.

use super::broken;
use crate::conformance;
use crate::units::dimension::Dimensionless;
use crate::units::ms;
use crate::{Archive, Error, ObservationModel, Observer, Result, Sampling};

/// What is wrong with a leaky sum of the first source.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Fault {
    None,
    NotAtRest,
    Block,
    Reset,
    Forgetful,
    Archive,
    Square,
    Infinite,
    Silent,
    Ragged,
    Unwilling,
    Refusing,
}

#[derive(Debug)]
struct LeakySum(Fault);

#[derive(Debug)]
struct Machine {
    fault: Fault,
    sampling: Sampling,
    sum: f64,
    n_seen: usize,
}

impl ObservationModel for LeakySum {
    type Input = Dimensionless;
    type Output = Dimensionless;
    type Observer = Machine;

    fn observer(&self, sources: &Sampling) -> Result<Machine> {
        if self.0 == Fault::Refusing {
            return Err(Error::setting("sources", "never the right ones"));
        }
        let sampling = sources.with_channels(vec!["a".to_owned(), "b".to_owned()])?;
        Ok(Machine { fault: self.0, sampling, sum: 0.0, n_seen: 0 })
    }
}

impl Observer for Machine {
    fn sampling(&self) -> &Sampling {
        &self.sampling
    }

    fn push(&mut self, sources: &[f64], channels: &mut Vec<f64>) -> Result<()> {
        if self.fault == Fault::Unwilling {
            return Err(Error::setting("signal", "not today"));
        }
        for source in sources.chunks_exact(2) {
            self.sum = 0.5 * self.sum + source[0];
            self.n_seen += 1;
            let seen = match self.fault {
                Fault::NotAtRest => self.sum + 1.0,
                Fault::Block => self.sum + sources.len() as f64,
                Fault::Square => self.sum * self.sum,
                Fault::Infinite => f64::INFINITY,
                _ => self.sum,
            };
            match self.fault {
                Fault::Silent => {}
                Fault::Ragged if self.n_seen == 1 => channels.push(seen),
                _ => channels.extend([seen, -seen]),
            }
        }
        Ok(())
    }

    fn reset(&mut self) {
        if self.fault != Fault::Reset {
            (self.sum, self.n_seen) = (0.0, 0);
        }
    }

    fn archive(&mut self, archive: &mut Archive) -> Result<()> {
        if self.fault == Fault::Forgetful {
            return Ok(());
        }
        if self.fault == Fault::Archive && self.n_seen > 0 {
            archive.number(&mut self.sum)?;
        }
        archive.number(&mut self.sum)
    }
}

fn sources() -> Sampling {
    Sampling::new(vec!["1".to_owned(), "2".to_owned()], ms(1.0), ms(1.0)).unwrap()
}

#[test]
fn broken_observation_models_are_named() {
    let check = |fault| conformance::observation("leaky sum", &LeakySum(fault), &sources(), 40);
    assert_eq!(check(Fault::None), Ok(()));
    for (fault, rule) in [
        (Fault::Block, "blocks change nothing"),
        (Fault::Reset, "`reset` goes back to the beginning"),
        (Fault::Forgetful, "a restart changes nothing"),
        (Fault::Archive, "the archive is read as it was written"),
        (Fault::Infinite, "samples are finite"),
        (Fault::Silent, "the trial gives samples"),
        (Fault::Ragged, "samples come out whole"),
        (Fault::Unwilling, "takes an ordinary signal"),
        (Fault::Refusing, "accepts the sources of the trial"),
    ] {
        assert_eq!(broken(check(fault)), rule, "{fault:?}");
    }
}

#[test]
fn what_is_not_at_rest_or_not_linear_is_named() {
    let rest = |fault| conformance::rest("leaky sum", &LeakySum(fault), &sources(), 40);
    let linear = |fault| conformance::linear("leaky sum", &LeakySum(fault), &sources(), 40);
    assert_eq!((rest(Fault::None), linear(Fault::None)), (Ok(()), Ok(())));
    assert_eq!(broken(rest(Fault::NotAtRest)), "at rest the sample is zero");
    assert_eq!(broken(linear(Fault::Square)), "superposition holds");
}
