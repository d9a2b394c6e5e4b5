//! An axis: what it shows, its range, and where its ticks go.

use crate::font;
use crate::ticks::{self, Tick};

/// How values become positions.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Scale {
    Linear,
    Logarithmic,
    /// Name `i` stands at `i + ½`.
    Names(Vec<String>),
    /// Nothing is written along it.
    Hidden,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Axis {
    pub(crate) label: String,
    pub(crate) from: f64,
    pub(crate) to: f64,
    pub(crate) scale: Scale,
}

/// The ticks that fit an axis of a certain length.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Ticks {
    pub(crate) ticks: Vec<Tick>,
    /// Whether the labels of a horizontal axis must run upwards.
    pub(crate) upright: bool,
}

impl Ticks {
    /// The width of the widest label.
    pub(crate) fn width(&self) -> f64 {
        font::widest(self.ticks.iter().map(|tick| tick.label.as_str()), font::TICK)
    }
}

impl Axis {
    pub(crate) fn linear(label: impl Into<String>, (from, to): (f64, f64)) -> Self {
        Self { label: label.into(), from, to, scale: Scale::Linear }
    }

    pub(crate) fn logarithmic(label: impl Into<String>, (from, to): (f64, f64)) -> Self {
        Self { label: label.into(), from, to, scale: Scale::Logarithmic }
    }

    /// Names from left to right.
    pub(crate) fn names(label: impl Into<String>, names: &[String]) -> Self {
        let names: Vec<String> = names.iter().map(|name| shortened(name)).collect();
        Self { label: label.into(), from: 0.0, to: names.len() as f64, scale: Scale::Names(names) }
    }

    /// The same axis the other way round: names from top to bottom.
    pub(crate) fn reversed(mut self) -> Self {
        (self.from, self.to) = (self.to, self.from);
        self
    }

    /// Where a value stands: 0 at the start of the axis, 1 at its end.
    pub(crate) fn position(&self, value: f64) -> f64 {
        match self.scale {
            Scale::Logarithmic => (value.ln() - self.from.ln()) / (self.to.ln() - self.from.ln()),
            Scale::Linear | Scale::Names(_) | Scale::Hidden => (value - self.from) / (self.to - self.from),
        }
    }

    /// The ticks of a horizontal axis, so many that their labels keep apart.
    pub(crate) fn horizontal_ticks(&self, length: f64) -> Ticks {
        if let Scale::Names(names) = &self.scale {
            let cell = length / names.len() as f64;
            let upright = font::widest(names.iter().map(String::as_str), font::TICK) > cell - 8.0;
            return Ticks { ticks: spread(names, cell), upright };
        }
        let mut most = whole(length / 40.0);
        loop {
            let ticks = Ticks { ticks: self.numbers(most), upright: false };
            let labels = ticks.ticks.iter().filter(|tick| !tick.label.is_empty()).count();
            if most <= 1 || (ticks.width() + 24.0) * labels.saturating_sub(1) as f64 <= length {
                return ticks;
            }
            most -= 1;
        }
    }

    /// The ticks of a vertical axis.
    pub(crate) fn vertical_ticks(&self, length: f64) -> Ticks {
        let ticks = match &self.scale {
            Scale::Names(names) => spread(names, length / names.len() as f64),
            _ => self.numbers(whole(length / 45.0)),
        };
        Ticks { ticks, upright: false }
    }

    /// The ticks of a vertical axis whose two ends are labelled in any case.
    pub(crate) fn vertical_ticks_and_ends(&self, length: f64) -> Ticks {
        let mut ticks = self.vertical_ticks(length).ticks;
        for end in [self.from, self.to] {
            let away = |tick: &Tick| (self.position(tick.at) - self.position(end)).abs() * length;
            if !ticks.iter().any(|tick| away(tick) < 0.5 && !tick.label.is_empty()) {
                ticks.retain(|tick| away(tick) > font::TICK + 8.0 || tick.label.is_empty());
                ticks.push(Tick { at: end, label: ticks::significant(end) });
            }
        }
        Ticks { ticks, upright: false }
    }

    fn numbers(&self, most: usize) -> Vec<Tick> {
        match self.scale {
            Scale::Hidden => Vec::new(),
            Scale::Logarithmic => ticks::logarithmic(self.from, self.to, most),
            Scale::Linear | Scale::Names(_) => ticks::linear(self.from, self.to, most),
        }
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a length in pixels")]
fn whole(count: f64) -> usize {
    count.max(1.0) as usize
}

/// As many names as fit, always 1, 2, 5, 10, … apart.
fn spread(names: &[String], cell: f64) -> Vec<Tick> {
    let apart = whole(ticks::round_up((font::TICK + 1.0) / cell).max(1.0));
    let tick = |(index, name): (usize, &String)| Tick { at: index as f64 + 0.5, label: name.clone() };
    names.iter().enumerate().step_by(apart).map(tick).collect()
}

/// A name that leaves room for the picture.
fn shortened(name: &str) -> String {
    const LONGEST: usize = 32;
    if name.chars().count() <= LONGEST {
        return name.to_owned();
    }
    name.chars().take(LONGEST - 1).chain(['…']).collect()
}

/// A range with some air at both ends; around a constant there is more of it.
pub(crate) fn padded((low, high): (f64, f64)) -> (f64, f64) {
    let largest = low.abs().max(high.abs());
    let air = match high - low {
        span if span > largest * 1e-9 && span > f64::MIN_POSITIVE => span * 0.04,
        _ if largest > f64::MIN_POSITIVE => largest * 0.1,
        _ => 1.0,
    };
    (low - air, high + air)
}

/// The smallest and the largest of some numbers.
pub(crate) fn extent(values: impl IntoIterator<Item = f64>) -> (f64, f64) {
    values
        .into_iter()
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hundred_names_are_thinned_and_eight_are_not() {
        let names =
            |n: usize| Axis::names("", &(0..n).map(|index| format!("region {index}")).collect::<Vec<_>>());
        assert_eq!(names(8).vertical_ticks(400.0).ticks.len(), 8);
        let hundred = names(100).horizontal_ticks(400.0);
        let shown: Vec<&str> = hundred.ticks.iter().map(|tick| tick.label.as_str()).take(3).collect();
        assert_eq!((shown, hundred.upright), (vec!["region 0", "region 5", "region 10"], true));
    }

    #[test]
    fn ends_are_labelled_once() {
        let labels = |from, to| {
            let ticks = Axis::linear("", (from, to)).vertical_ticks_and_ends(200.0).ticks;
            ticks.into_iter().map(|tick| tick.label).collect::<Vec<_>>()
        };
        assert_eq!(labels(-1.0, 1.0), ["−1.0", "−0.5", "0.0", "0.5", "1.0"]);
        assert_eq!(labels(0.0, 1.03), ["0.0", "0.5", "1.03"]); // 1.0 would touch 1.03
    }

    #[test]
    fn labels_of_numbers_keep_apart() {
        let ticks = Axis::linear("", (0.0, 1e6)).horizontal_ticks(300.0);
        assert!(ticks.ticks.len() >= 2 && ticks.width() * ticks.ticks.len() as f64 <= 300.0);
    }

    #[test]
    fn positions_run_from_start_to_end() {
        let axis = Axis::logarithmic("", (1.0, 100.0));
        assert_eq!([1.0, 10.0, 100.0].map(|value| axis.position(value)), [0.0, 0.5, 1.0]);
        assert_eq!(Axis::names("", &vec!["a".to_owned(); 4]).reversed().position(0.0), 1.0);
    }

    #[test]
    fn constants_get_a_range() {
        assert_eq!(padded((0.0, 0.0)), (-1.0, 1.0));
        assert_eq!(padded((10.0, 10.0)), (9.0, 11.0));
        assert_eq!(padded((0.0, 100.0)), (-4.0, 104.0));
    }
}
