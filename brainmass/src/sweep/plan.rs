//! Which points there are, and in which order.

use brainmass_core::{Error, Result};
use serde_json::json;
use toml::Value;

use super::axis::Axis;
use crate::experiment;

/// How many points a sweep may have: the results of all are held in memory when they are written.
pub(super) const MOST_POINTS: usize = 1_000_000;

/// The axes of a sweep: every combination of groups, and in a group the first values together, then the second.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Plan {
    groups: Vec<Vec<Axis>>,
}

impl Plan {
    /// Adds axes whose values go together; one axis varies by itself.
    pub(super) fn with(mut self, group: Vec<Axis>) -> Result<Self> {
        let Some(first) = group.first() else { return Ok(self) };
        let n_values = first.values().len();
        for (number, axis) in group.iter().enumerate() {
            let count = axis.values().len();
            if count != n_values {
                let expected = format!("{n_values} values, as many as `{}`", first.key());
                let what = format!("sweep over `{}`", axis.key());
                return Err(Error::shape(what, expected, count.to_string()));
            }
            let mut earlier = self.axes().chain(&group[..number]);
            if let Some(other) = earlier.find(|other| other.overlaps(axis)) {
                let problem = format!("`{}` changes it as well", other.key());
                return Err(Error::setting(format!("sweep over `{}`", axis.key()), problem));
            }
        }
        let n_points = self.n_points().saturating_mul(n_values);
        if n_points > MOST_POINTS {
            let problem = format!("{n_points} points are more than {MOST_POINTS}; sweep in parts");
            return Err(Error::setting(format!("sweep over `{}`", first.key()), problem));
        }
        self.groups.push(group);
        Ok(self)
    }

    /// All axes.
    pub(super) fn axes(&self) -> impl Iterator<Item = &Axis> {
        self.groups.iter().flatten()
    }

    /// How many points there are.
    pub(super) fn n_points(&self) -> usize {
        self.groups.iter().map(|group| n_values(group)).product()
    }

    /// The values of a point, axis by axis; the last group varies fastest.
    pub(super) fn values(&self, index: usize) -> Vec<&Value> {
        let mut stride = self.n_points();
        let mut values = Vec::new();
        for group in &self.groups {
            let count = n_values(group);
            stride /= count;
            let number = index / stride % count;
            values.extend(group.iter().filter_map(|axis| axis.values().get(number)));
        }
        values
    }

    /// What is varied, for the header of a journal.
    pub(super) fn to_json(&self) -> serde_json::Value {
        let axis = |axis: &Axis| {
            let values: Vec<String> = axis.values().iter().map(Value::to_string).collect();
            json!({ "key": axis.key(), "values": values })
        };
        self.groups.iter().map(|group| group.iter().map(axis).collect::<serde_json::Value>()).collect()
    }

    /// Reads what [`to_json`](Self::to_json) wrote; none if it is something else.
    pub(super) fn from_json(json: &serde_json::Value) -> Option<Self> {
        json.as_array()?.iter().try_fold(Self::default(), |plan, group| {
            let axis = |axis: &serde_json::Value| {
                let value = |text: &serde_json::Value| text.as_str().map(experiment::value);
                let values = axis["values"].as_array()?.iter().map(value).collect::<Option<Vec<Value>>>()?;
                Axis::new(axis["key"].as_str()?, values).ok()
            };
            plan.with(group.as_array()?.iter().map(axis).collect::<Option<_>>()?).ok()
        })
    }
}

/// How many values the axes of a group have, each.
fn n_values(group: &[Axis]) -> usize {
    group.first().map_or(1, |axis| axis.values().len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn axis(text: &str) -> Axis {
        text.parse().unwrap()
    }

    fn points(plan: &Plan) -> Vec<String> {
        let text = |index| plan.values(index).iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
        (0..plan.n_points()).map(text).collect()
    }

    #[test]
    fn the_last_axis_varies_fastest_and_pairs_go_together() {
        let grid =
            Plan::default().with(vec![axis("a.x=1,2")]).unwrap().with(vec![axis("a.y=7,8,9")]).unwrap();
        assert_eq!(points(&grid), ["1 7", "1 8", "1 9", "2 7", "2 8", "2 9"]);
        let pairs = Plan::default().with(vec![axis("a.x=1,2"), axis("a.y=7,8")]).unwrap();
        assert_eq!(points(&pairs), ["1 7", "2 8"]);
        assert_eq!(
            points(&pairs.with(vec![axis("seed=0..1")]).unwrap()),
            ["1 7 0", "1 7 1", "2 8 0", "2 8 1"]
        );
        assert_eq!(points(&Plan::default()), [""]);
    }

    #[test]
    fn a_plan_comes_back_from_json() {
        let typed = ["a.x=0.1,1e-300,-0.0", "a.y=heun,'it''s',[1.0, 2]", "a.z=1,2.5,true", "seed=0..3"];
        let plan = typed.iter().try_fold(Plan::default(), |plan, text| plan.with(vec![axis(text)])).unwrap();
        let text = plan.to_json().to_string();
        assert_eq!(Plan::from_json(&serde_json::from_str(&text).unwrap()), Some(plan));
        assert_eq!(Plan::from_json(&json!([[{ "key": "a.x" }]])), None);
    }

    #[test]
    fn axes_that_do_not_go_together_are_refused() {
        let plan = || Plan::default().with(vec![axis("seed=1..1000")]).unwrap();
        let error = |group: Vec<Axis>| plan().with(group).unwrap_err().to_string();
        assert_eq!(
            error(vec![axis("a.x=1,2"), axis("a.y=1,2,3")]),
            "sweep over `a.y`: expected 2 values, as many as `a.x`, found 3"
        );
        assert_eq!(
            error(vec![axis("simulation.seed=1")]),
            "sweep over `simulation.seed`: `seed` changes it as well"
        );
        assert!(error(vec![axis("a.x=1,2"), axis("a.x=1,2")]).contains("`a.x` changes it as well"));
        assert!(error(vec![axis("a.x=1..1001")]).contains("1001000 points are more than 1000000"));
    }
}
