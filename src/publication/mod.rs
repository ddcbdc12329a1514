//! stub
pub struct Publication;
impl Publication {
    pub fn new() -> Self {
        Self
    }
}
