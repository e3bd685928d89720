package dev.hawser.sql;

/** What an acknowledged commit survives. */
public enum Durability {
    /** The end of the process, however it comes. The system's page cache holds what the disk does not have yet. */
    PROCESS,
    /** The loss of power: the disk has it (fsync) before it is acknowledged. */
    POWER
}
