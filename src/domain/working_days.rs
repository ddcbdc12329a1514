//! stub
pub struct WorkingDays;
impl WorkingDays { pub fn deadline(&self, d: chrono::NaiveDate) -> chrono::NaiveDate { d } }
