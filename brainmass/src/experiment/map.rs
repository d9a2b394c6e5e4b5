//! Maps from files: one number per region where a section may say one.

use std::path::Path;

use brainmass_core::units::dimension::Dimensionless;
use brainmass_core::{Connectome, Result, check};
use brainmass_datasets::read_region_values;
use brainmass_fit::Link;
use toml::{Table, Value};

use super::link;
use super::section::Section;
use crate::load;

/// What a map is made of: `tau_e_ms = { file = "map.csv", column = "myelin", scale = 0.5, offset = 10.0 }`.
/// Of several maps, `{ offset = 10.0, maps = [{ file = "a.txt", scale = 0.5 }, { file = "b.txt" }] }`, it is the sum, or what a
/// `link` makes of the sum.
const KEYS: [&str; 6] = ["file", "maps", "column", "scale", "offset", "link"];

/// Reads maps for the regions of a connectome.
pub(super) struct Maps<'a> {
    folder: &'a Path,
    regions: &'a [String],
}

impl<'a> Maps<'a> {
    pub(super) fn new(folder: &'a Path, connectome: &'a Connectome) -> Self {
        Self { folder, regions: connectome.labels() }
    }

    /// A section, and those within it, with a list of numbers in place of every map.
    pub(super) fn fill(&self, section: &Section<'_>) -> Result<Table> {
        self.filled(section.place(), section.table())
    }

    fn filled(&self, place: &str, table: &Table) -> Result<Table> {
        let fill = |(key, value): (&String, &Value)| {
            let inside = || format!("{place}.{key}");
            let filled = match value {
                Value::Table(map) if is_map(map) => self.numbers(Section::new(inside(), map))?,
                Value::Table(inner) => Value::Table(self.filled(&inside(), inner)?),
                other => other.clone(),
            };
            Ok((key.clone(), filled))
        };
        table.iter().map(fill).collect()
    }

    /// One number per region, in the unit of the key.
    fn numbers(&self, map: Section<'_>) -> Result<Value> {
        let values = self.sum(&map)?.values();
        map.finish()?;
        Ok(Value::Array(values.into_iter().map(Value::Float).collect()))
    }

    /// What a map says, before it is summed.
    pub(super) fn sum(&self, map: &Section<'_>) -> Result<Sum> {
        let offset = map.single::<Dimensionless>("offset")?.map(|number| number.value_unsafe);
        let terms = self.terms(map)?;
        let (link, offset) = match map.text("link")? {
            None => (Link::default(), offset.unwrap_or(0.0)),
            Some(text) => link::read(map, text, offset)?,
        };
        Ok(Sum { link, offset, terms, n_regions: self.regions.len() })
    }

    /// The scale of each map, and its numbers.
    fn terms(&self, map: &Section<'_>) -> Result<Vec<(f64, Vec<f64>)>> {
        let several = map.sections("maps")?;
        if several.is_empty() {
            return Ok(vec![self.term(map)?]);
        }
        let each = several.into_iter().map(|map| {
            let term = self.term(&map)?;
            map.finish().map(|()| term)
        });
        each.collect()
    }

    fn term(&self, map: &Section<'_>) -> Result<(f64, Vec<f64>)> {
        let path = load::path(self.folder, map.required_text("file")?)?;
        let scale = map.single::<Dimensionless>("scale")?.map_or(1.0, |number| number.value_unsafe);
        Ok((scale, read_region_values(&path, self.regions, map.text("column")?)?))
    }
}

/// `link(offset + scale × number + …)`, region by region.
pub(super) struct Sum {
    link: Link,
    /// On the axis of the link.
    offset: f64,
    /// The scale of each map, and its numbers.
    terms: Vec<(f64, Vec<f64>)>,
    n_regions: usize,
}

impl Sum {
    fn sums(&self) -> Vec<f64> {
        let mut sums = vec![self.offset; self.n_regions];
        for (scale, numbers) in &self.terms {
            sums.iter_mut().zip(numbers).for_each(|(sum, number)| *sum += scale * number);
        }
        sums
    }

    /// The number of each region.
    pub(super) fn values(&self) -> Vec<f64> {
        self.sums().into_iter().map(|sum| self.link.value(sum)).collect()
    }

    /// The derivative of each region's number by the offset, which is a value and not on the axis of the link.
    pub(super) fn by_offset(&self) -> Vec<f64> {
        let own = self.link.slope(self.offset);
        self.sums().into_iter().map(|sum| self.link.slope(sum) / own).collect()
    }

    /// The derivative of each region's number by the scale of a map: the only one, or one of several.
    pub(super) fn by_scale(&self, number: usize) -> Result<Vec<f64>> {
        let names: Vec<String> = (0..self.terms.len()).map(|number| number.to_string()).collect();
        check::position("map", &number.to_string(), &names)?;
        let slopes = self.sums().into_iter().map(|sum| self.link.slope(sum));
        Ok(slopes.zip(&self.terms[number].1).map(|(slope, number)| slope * number).collect())
    }
}

/// Whether a table is a map and not a section. One that lacks its file is told so.
pub(super) fn is_map(table: &Table) -> bool {
    KEYS[..2].iter().any(|key| table.contains_key(*key))
        || (!table.is_empty() && table.keys().all(|key| KEYS.contains(&key.as_str())))
}
