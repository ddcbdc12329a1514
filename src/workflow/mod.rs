//! The corridor: the only way to change a habilitation. It asks the rooms, then writes the change, its history and the
//! jobs that follow in one transaction. Decides nothing by itself.

mod house;

pub use house::House;
