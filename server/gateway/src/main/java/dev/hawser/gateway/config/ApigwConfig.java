package dev.hawser.gateway.config;

import java.util.HashSet;
import java.util.List;

/**
 * Who may use the connection management API {@code /@connections}.
 *
 * @param accessKeys the key pairs whose signatures are accepted
 */
public record ApigwConfig(List<AccessKey> accessKeys) {
    /**
     * A key pair for AWS Signature Version 4.
     *
     * @param accessKeyId     the public half
     * @param secretAccessKey the secret half
     * @param tenants         those whose connections it reaches; empty for all
     */
    public record AccessKey(String accessKeyId, Secret secretAccessKey, List<String> tenants) {
        static AccessKey read(Section section) {
            return new AccessKey(section.requiredText("accessKeyId"), section.requiredSecret("secretAccessKey"),
                    section.texts("tenants", List.of(), Rule.TENANT));
        }
    }

    static ApigwConfig read(Section section) {
        var config = new ApigwConfig(section.sections("accessKeys", AccessKey::read));
        var ids = new HashSet<String>();
        for (int i = 0; i < config.accessKeys.size(); i++) {
            String id = config.accessKeys.get(i).accessKeyId;
            if (!id.isEmpty() && !ids.add(id)) {
                section.problem("accessKeys[" + i + "].accessKeyId", "names a key that is there already");
            }
        }
        return config;
    }
}
