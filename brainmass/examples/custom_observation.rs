//! An observation model of your own: a machine that eats the activity of regions and gives what a device records.
//!
//! A photodiode over a calcium indicator: fluorescence follows activity with a time constant, a camera takes a frame now
//! and then. It runs while the network runs, so only frames are kept.
//!
//! `cargo run --release --example custom_observation`
#![allow(
    clippy::print_stdout,
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "an example shows its results"
)]

use brainmass::core::observation::check_block;
use brainmass::core::units::dimension::Dimensionless;
use brainmass::core::units::{Second, hz, ms, s};
use brainmass::core::{Archive, ObservationModel, Observer, Result, Sampling, check, conformance};
use brainmass::network::{Drive, Monitor, Network, Simulator};
use brainmass::nodes::Linear;

/// Fluorescence of an indicator: τ df/dt = x − f, one frame per period.
///
/// The model is a description. `observer` checks that it fits the sources and makes the machine.
#[derive(Clone, Debug)]
struct Fluorescence {
    tau: Second,
    frame: Second,
}

impl ObservationModel for Fluorescence {
    // The compiler refuses sources in another unit.
    type Input = Dimensionless;
    type Output = Dimensionless;
    type Observer = Camera;

    fn observer(&self, sources: &Sampling) -> Result<Camera> {
        check::positive("time constant of the indicator", self.tau)?;
        // A frame must be a whole number of samples: errors are raised here, not on the way.
        let every =
            check::steps("frame", self.frame, "the sampling of the sources", sources.period())?.max(1);
        let decay = (-sources.period().value_unsafe / self.tau.value_unsafe).exp();
        // A sample belongs to the interval that ends at its time: the first frame is due one frame after the start.
        let first = sources.start() + sources.period() * (every as f64 - 1.0);
        let sampling = Sampling::new(sources.channels().clone(), self.frame, first)?;
        Ok(Camera { fluorescence: vec![0.0; sources.n_channels()], decay, every, n_seen: 0, sampling })
    }
}

/// The machine: everything that samples leave behind is in `fluorescence` and `n_seen`.
#[derive(Debug)]
struct Camera {
    fluorescence: Vec<f64>,
    decay: f64,
    every: usize,
    n_seen: usize,
    sampling: Sampling,
}

impl Observer for Camera {
    fn sampling(&self) -> &Sampling {
        &self.sampling
    }

    // Blocks come in any length: state is kept from one to the next, and no sample waits for the end of a block.
    fn push(&mut self, sources: &[f64], channels: &mut Vec<f64>) -> Result<()> {
        check_block(sources, self.fluorescence.len())?;
        for sample in sources.chunks_exact(self.fluorescence.len()) {
            for (light, activity) in self.fluorescence.iter_mut().zip(sample) {
                *light = activity + (*light - activity) * self.decay;
            }
            self.n_seen += 1;
            if self.n_seen == self.every {
                self.n_seen = 0;
                channels.extend_from_slice(&self.fluorescence);
            }
        }
        Ok(())
    }

    fn reset(&mut self) {
        self.fluorescence.fill(0.0);
        self.n_seen = 0;
    }

    // One method takes the state down and brings it back: what it names is what a checkpoint holds.
    fn archive(&mut self, archive: &mut Archive) -> Result<()> {
        archive.numbers(&mut self.fluorescence)?;
        archive.count(&mut self.n_seen)
    }
}

fn main() -> Result<()> {
    let model = Fluorescence { tau: ms(200.0), frame: ms(50.0) };

    // The kit cuts a signal into blocks, resets, archives and restarts, and compares to the last bit.
    let sources = Sampling::new(vec!["V1".to_owned(), "MT".to_owned()], ms(1.0), ms(1.0))?;
    conformance::observation("fluorescence", &model, &sources, 300)
        .expect("blocks and restarts change nothing");
    conformance::rest("fluorescence", &model, &sources, 300).expect("nothing comes of nothing");
    conformance::linear("fluorescence", &model, &sources, 300).expect("superposition holds");

    // In a run: activity held at 3, which the light approaches as 3 (1 − e^(−t/τ)).
    let network = Network::single(Linear { gamma: hz(0.0) })
        .with_initial("x", 3.0)?
        .with_drive("x_input", Drive::constant(hz(0.0)))?;
    let monitor = Monitor::of("x").observed(model).named("light");
    let mut recording = Simulator::new(&network, ms(1.0))?.run(s(1.0), s(0.0), &[monitor])?;
    let light = recording.take::<Dimensionless>("light")?;
    let last = light.samples()[19];
    println!("{} frames, the last one {last:.4}", light.n_samples());
    assert_eq!(light.n_samples(), 20);
    assert!((last - 3.0 * (1.0 - (-5.0_f64).exp())).abs() < 1e-12);
    Ok(())
}

#[test]
fn the_tutorial_runs() {
    main().unwrap();
}
