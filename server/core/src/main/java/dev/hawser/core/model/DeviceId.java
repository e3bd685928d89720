package dev.hawser.core.model;

/** The name that a device has given itself: it says something only beside its user. */
public record DeviceId(String value) {
    /** What an agent writes for any device of the user that offers the tool. */
    public static final String ANY = "*";

    /** @throws IllegalArgumentException outside its bounds (1 to 128 characters, no control characters) */
    public DeviceId {
        Text.id("device id", value);
    }

    @Override
    public String toString() {
        return value;
    }
}
