//! A node of your own, from the paper's equation to a network: what a crate with one model holds.
//!
//! The model is Morris and Lecar's barnacle muscle fibre (1981, Biophys. J. 35:193–213,
//! doi:10.1016/S0006-3495(81)84782-0) in the form and with the numbers of Rinzel and Ermentrout (1998): calcium channels
//! that open at once, potassium channels that follow.
//!
//! `cargo run --release --example custom_node`
#![allow(
    clippy::print_stdout,
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "an example shows its results"
)]

use brainmass::core::units::dimension;
use brainmass::core::units::{
    Hertz, Number, PerVolt, Second, Volt, VoltPerSecond, hz, ms, mv, per_mv, v_per_s,
};
use brainmass::core::{Real, Result, conformance, node};
use brainmass::network::{Drive, Monitor, Network, Simulator};

// `node!` writes everything but the equations: the struct with its units, the lists of names that files and tables
// use, and the loading of parameters as numbers, as dual numbers or as SIMD lanes.
node! {
    /// Morris–Lecar: spikes of a muscle fibre by calcium and potassium.
    ///
    /// The capacitance is divided out, so that conductances are rates. Where a paper's variable has a unit, say it here:
    /// the compiler then keeps millivolts and volts apart for everybody who uses the model.
    ///
    /// ```text
    /// dv/dt = g_l (v_l − v) + g_ca m(v) (v_ca − v) + g_k w (v_k − v) + current
    /// dw/dt = (w∞(v) − w) cosh((v − v_3) v_4/2)/τ_w
    /// m(v) = (1 + tanh((v − v_1) v_2))/2,   w∞(v) = (1 + tanh((v − v_3) v_4))/2
    /// ```
    ///
    /// # References
    /// Morris & Lecar (1981), Biophys. J. 35:193–213, doi:10.1016/S0006-3495(81)84782-0.
    pub struct MorrisLecar = "morris_lecar", "Spikes of a muscle fibre by calcium and potassium.";
    parameters {
        // Name, unit, default, and the range that is admitted: values outside are an error before a run.
        /// Conductance of the leak over the capacitance.
        g_l: Hertz = hz(100.0), hz(0.0) => hz(1e5);
        /// Conductance of calcium channels over the capacitance.
        g_ca: Hertz = hz(220.0), hz(0.0) => hz(1e5);
        /// Conductance of potassium channels over the capacitance.
        g_k: Hertz = hz(400.0), hz(0.0) => hz(1e5);
        /// Potential of the leak.
        v_l: Volt = mv(-60.0), mv(-200.0) => mv(200.0);
        /// Potential of calcium.
        v_ca: Volt = mv(120.0), mv(-200.0) => mv(200.0);
        /// Potential of potassium.
        v_k: Volt = mv(-84.0), mv(-200.0) => mv(200.0);
        /// Potential at which half of the calcium channels are open.
        v_1: Volt = mv(-1.2), mv(-200.0) => mv(200.0);
        /// Steepness of the opening of calcium channels.
        v_2: PerVolt = per_mv(1.0 / 18.0), per_mv(0.0) => per_mv(10.0);
        /// Potential at which half of the potassium channels are open.
        v_3: Volt = mv(2.0), mv(-200.0) => mv(200.0);
        /// Steepness of the opening of potassium channels.
        v_4: PerVolt = per_mv(1.0 / 30.0), per_mv(0.0) => per_mv(10.0);
        /// Slowest time constant of potassium channels.
        tau_w: Second = ms(25.0), ms(0.1) => ms(1000.0);
    }
    state {
        /// Membrane potential.
        v: Volt = mv(-60.0);
        // A domain is kept by clamping after each step. The equation never leaves this one; large steps may.
        /// Part of open potassium channels.
        w: Number = 0.0, 0.0 => 1.0;
    }
    input {
        /// Current over the capacitance.
        current: VoltPerSecond;
    }
    output {
        // Outputs are computed from the state, and can be coupled and recorded like states.
        /// Part of open calcium channels.
        open: Number = gate(v, v_1, v_2);
    }
    derivative {
        // Plain numbers in coherent SI from here on: v is in volts, the result in volts and parts per second.
        let leak = g_l * (v_l - v);
        let calcium = g_ca * gate(v, v_1, v_2) * (v_ca - v);
        let potassium = g_k * w * (v_k - v);
        // cosh(x/2) by two exponentials: a scalar has `exp`, `tanh`, `sin`, and what you make of them.
        let half = (v - v_3) * v_4 * T::from_f64(0.5);
        let pace = (half.exp() + (-half).exp()) * T::from_f64(0.5) / tau_w;
        [leak + calcium + potassium + current, pace * (gate(v, v_3, v_4) - w)]
    }
}

/// A helper beside the macro is generic over the scalar and inlined, so that SIMD lanes run through it.
#[inline(always)]
fn gate<T: Real>(v: T, middle: T, steepness: T) -> T {
    (T::one() + ((v - middle) * steepness).tanh()) * T::from_f64(0.5)
}

/// Runs the node under a current and counts its spikes in a second: upward crossings of 0 mV.
fn spikes(current: f64) -> Result<usize> {
    let network =
        Network::single(MorrisLecar::default()).with_drive("current", Drive::constant(v_per_s(current)))?;
    let mut recording =
        Simulator::new(&network, ms(0.05))?.run(ms(1500.0), ms(500.0), &[Monitor::of("v")])?;
    let v = recording.take::<dimension::Volt>("v")?;
    Ok(v.samples().windows(2).filter(|pair| pair[0] < 0.0 && pair[1] >= 0.0).count())
}

fn main() -> Result<()> {
    // The kit checks names, domains, purity, SIMD lanes, and the derivative by dual numbers, and names what is broken.
    conformance::node(&MorrisLecar::default()).expect("the node keeps the contract");

    // 5 V/s, or 5 mV/ms, is what 100 µA/cm² make of a membrane of 20 µF/cm²: above the threshold of 94.
    let (quiet, driven) = (spikes(1.0)?, spikes(5.0)?);
    println!("{quiet} spikes in a second under 1 mV/ms, {driven} under 5 mV/ms");
    assert_eq!(quiet, 0);
    assert!((5..=30).contains(&driven));
    Ok(())
}

#[test]
fn the_tutorial_runs() {
    main().unwrap();
}
