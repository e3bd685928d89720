package dev.hawser.core.model;

/** The full name of a device: two users may have given theirs the same id. */
public record DeviceKey(TenantId tenant, UserId user, DeviceId device) {
    @Override
    public String toString() {
        return tenant + "/" + user + "/" + device;
    }
}
