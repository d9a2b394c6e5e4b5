use super::*;
use crate::{CpuLevel, Dual, Real};
use approx::assert_relative_eq;
use num_traits::{One, Zero};
use proptest::prelude::*;

/// Every operation there is, with branches both ways, and a division by a steady number. φ(y p) loses digits in its slope near zero: y keeps off it.
fn equation<T: Real>([p, q]: [T; 2], [x, y]: [T; 2]) -> [T; 3] {
    let number = T::from_f64;
    let rate = (p * (x - q)).sigmoid() + (x * number(0.3)).tanh() - (-y).exp() / (number(2.0) + y.abs());
    let wave = (x * y).sin() * q.cos() + (x.square() + number(1.5)).ln().sqrt() + (y * p).exp_ratio();
    let power = (x.abs() + number(0.5)).powf(q) + (y - number(1.0)).max(x).min(p);
    let branch = T::select(x.less_than(y), rate * wave / p, power.exp_m1());
    [rate + wave, branch, p * q * number(0.0) + branch * power]
}

/// The cotangents of all inputs by forward mode.
fn expected(inputs: [f64; 4], cotangent: [f64; 3]) -> [f64; 4] {
    let [p, q, x, y] = std::array::from_fn(|k| Dual::<f64, 4>::variable(inputs[k], k));
    let outputs = equation([p, q], [x, y]);
    std::array::from_fn(|k| outputs.iter().zip(cotangent).map(|(y, c)| c * y.partials[k]).sum())
}

fn tape() -> Tape {
    Tape::record(4, |x| equation([x[0], x[1]], [x[2], x[3]]).to_vec())
}

#[test]
fn steady_lines_are_computed_once() {
    let tape = Tape::record(2, |x| vec![x[0].exp() * x[1], x[0].exp()]);
    assert_eq!((tape.n_operations(), tape.n_inputs(), tape.n_outputs()), (2, 2, 2));
    let folded = Tape::record(1, |x| {
        let constant = Traced::from_f64(2.0).exp() * Traced::from_f64(3.0);
        vec![x[0] * Traced::one() + Traced::zero() * x[0] + Traced::zero(), constant]
    });
    assert_eq!(folded.n_operations(), 0);
}

#[test]
fn a_number_beyond_its_recording_is_not_one() {
    let mut kept = Traced::Constant(0.0);
    Tape::record(1, |x| {
        kept = x[0];
        Vec::new()
    });
    assert!(matches!(kept + kept, Traced::Constant(value) if value.is_nan()));
}

#[test]
fn an_untaken_branch_does_no_harm() {
    // exp(x) overflows where it is not taken.
    let tape = Tape::record(1, |x| {
        let small = x[0].less_than(Traced::from_f64(1.0));
        vec![Traced::select(small, x[0].exp() * x[0], x[0])]
    });
    let mut pullback = Pullback::new(tape, &[], &[true], 1);
    let mut found = vec![[0.0; 16]];
    pullback.pull(CpuLevel::best(), &[[1e4; 16]], &[[1.0; 16]], &mut found);
    assert_eq!(found, [[1.0; 16]]);
}

#[test]
fn what_is_added_to_itself_counts_twice() {
    // 2 e^x − x, and the sum by itself, which is an output and an operand.
    let tape = Tape::record(1, |x| {
        let twice = x[0].exp() + x[0].exp();
        vec![twice - x[0], twice, x[0] + x[0]]
    });
    let mut pullback = Pullback::new(tape, &[], &[true], 1);
    let mut found = vec![[0.0; 16]];
    for _ in 0..2 {
        pullback.pull(CpuLevel::best(), &[[0.0; 16]], &[[1.0; 16], [10.0; 16], [100.0; 16]], &mut found);
    }
    // Twice 2 − 1, 10 · 2 and 100 · 2.
    assert_eq!(found, [[2.0 * 221.0; 16]]);
}

proptest! {
    #[test]
    fn pulling_back_is_forward_mode_transposed(
        steady in prop::array::uniform2(0.3..1.5_f64),
        moving in prop::collection::vec(-1.5..1.5_f64, 2 * 16 * 7),
        cotangents in prop::collection::vec(-1.0..1.0_f64, 3 * 16 * 7),
    ) {
        let n_chunks = 7; // two blocks
        let row = |numbers: &[f64], k: usize| -> Vec<[f64; 16]> {
            (0..n_chunks).map(|c| std::array::from_fn(|lane| numbers[(k * n_chunks + c) * 16 + lane])).collect()
        };
        let (x, mut y) = (row(&moving, 0), row(&moving, 1));
        y.as_flattened_mut().iter_mut().for_each(|y| *y += 0.1_f64.copysign(*y));
        let outputs: Vec<_> = (0..3).flat_map(|k| row(&cotangents, k)).collect();
        let given = steady.map(|value| vec![[value; 16]]);
        let inputs = [x.clone(), y.clone()].concat();
        let mut bits = Vec::new();
        for level in CpuLevel::available() {
            let mut pullback = Pullback::new(tape(), &given, &[true; 4], n_chunks);
            let mut found = vec![[0.0; 16]; 2 * n_chunks];
            pullback.pull(level, &inputs, &outputs, &mut found);
            let mut values = vec![[0.0; 16]; 3 * n_chunks];
            pullback.evaluate(level, &inputs, &mut values);
            let alone = equation(steady, [x[6][15], y[6][15]]);
            prop_assert_eq!([0, 1, 2].map(|k| values[k * n_chunks + 6][15].to_bits()), alone.map(f64::to_bits));
            let steady_found = pullback.steady_cotangents(level);
            for c in 0..n_chunks {
                for lane in 0..16 {
                    let at = [steady[0], steady[1], x[c][lane], y[c][lane]];
                    let wanted = expected(at, [0, 1, 2].map(|k| outputs[k * n_chunks + c][lane]));
                    let moving = [0, 1].map(|k| found[k * n_chunks + c][lane]);
                    let got = [steady_found[0][c][lane], steady_found[1][c][lane], moving[0], moving[1]];
                    for (got, wanted) in got.iter().zip(wanted) {
                        // Some forty operations, each rounded once or twice.
                        assert_relative_eq!(*got, wanted, max_relative = 1e-12, epsilon = 1e-12);
                    }
                }
            }
            // What is not asked for makes no difference to the rest.
            let mut pullback = Pullback::new(tape(), &given, &[true, false, false, true], n_chunks);
            let mut some = vec![[0.0; 16]; 2 * n_chunks];
            pullback.pull(level, &inputs, &outputs, &mut some);
            prop_assert_eq!(&some[n_chunks..], &found[n_chunks..]);
            prop_assert!(some[..n_chunks].iter().all(|chunk| *chunk == [0.0; 16]));
            prop_assert_eq!(&pullback.steady_cotangents(level)[0], &steady_found[0]);
            pushed(level, steady, &inputs, n_chunks);
            bits.push(found.as_flattened().iter().map(|x| x.to_bits()).collect::<Vec<_>>());
        }
        prop_assert!(bits.windows(2).all(|pair| pair[0] == pair[1]));
    }
}

/// Checks velocities along two directions against dual numbers.
fn pushed(level: CpuLevel, steady: [f64; 2], inputs: &[[f64; 16]], n_chunks: usize) {
    let directions = [[0.7, 0.0, 1.3, -0.4], [0.0, 0.0, 0.0, 1.0]];
    let row = |value: f64| vec![[value; 16]];
    let given = directions.map(|direction| vec![row(direction[0]), row(direction[1])]);
    let mut pushforward = Pushforward::new(tape(), &steady.map(row), &given, n_chunks);
    pushforward.evaluate(level, inputs);
    for (number, direction) in directions.iter().enumerate() {
        let velocities = [vec![[direction[2]; 16]; n_chunks], vec![[direction[3]; 16]; n_chunks]].concat();
        let mut found = vec![[0.0; 16]; 3 * n_chunks];
        pushforward.push(level, number, &velocities, &mut found);
        for c in 0..n_chunks {
            for lane in 0..16 {
                let at = [steady[0], steady[1], inputs[c][lane], inputs[n_chunks + c][lane]];
                let dual = |k: usize| Dual { value: at[k], partials: [direction[k]] };
                for (k, wanted) in equation([dual(0), dual(1)], [dual(2), dual(3)])
                    .map(|y| y.partials[0])
                    .into_iter()
                    .enumerate()
                {
                    let got = found[k * n_chunks + c][lane];
                    // As above.
                    assert_relative_eq!(got, wanted, max_relative = 1e-12, epsilon = 1e-12);
                }
            }
        }
    }
}
