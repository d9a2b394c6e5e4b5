//! Tests of the forward models, by theme.
#![expect(clippy::unwrap_used, reason = "a test fails where its set-up fails")]

mod balloon;
mod coils;
mod common;
mod convolution;
mod derivatives;
mod design;
mod hrf;
mod lead_field;
mod places;
mod sensors;
mod shells;
mod sphere;
mod streams;
mod volterra;
