package dev.hawser.worker;

import com.fasterxml.jackson.databind.JsonNode;

/** A tool on a device that gave no result. */
public final class DeviceException extends Exception {
    private final String code;
    private final transient JsonNode error;

    DeviceException(String tool, String code, JsonNode error) {
        super("the tool '" + tool + "' gave no result: " + code);
        this.code = code;
        this.error = error;
    }

    /** {@code DEVICE_OFFLINE}, {@code TIMEOUT}, or what the device said. */
    public String code() {
        return code;
    }

    /** The device's own words; null where it did not answer. */
    public JsonNode error() {
        return error;
    }
}
