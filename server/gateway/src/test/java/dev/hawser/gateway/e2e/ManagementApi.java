package dev.hawser.gateway.e2e;

import dev.hawser.gateway.protocol.Wire;
import java.net.URI;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.apigatewaymanagementapi.ApiGatewayManagementApiClient;
import software.amazon.awssdk.services.apigatewaymanagementapi.model.GetConnectionResponse;

/** The AWS SDK for Java, pointed at a gateway. */
record ManagementApi(ApiGatewayManagementApiClient client) implements AutoCloseable {
    static final String KEY_ID = "AKIDTEST";
    static final String SECRET = "the-secret-access-key-of-the-test";
    static final String NARROW_KEY_ID = "AKIDNARROW";
    /** What a gateway is started with, so that the keys are known to it. */
    static final String KEYS = "[{\"accessKeyId\": \"" + KEY_ID + "\", \"secretAccessKey\": \"" + SECRET + "\"},"
            + "{\"accessKeyId\": \"" + NARROW_KEY_ID + "\", \"secretAccessKey\": \"" + SECRET + "\", \"tenants\": [\"globex\"]}]";

    static ManagementApi of(URI gateway) {
        return of(gateway, KEY_ID, SECRET);
    }

    static ManagementApi of(URI gateway, String keyId, String secret) {
        return new ManagementApi(ApiGatewayManagementApiClient.builder()
                .endpointOverride(gateway)
                .region(Region.EU_CENTRAL_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create(keyId, secret)))
                .httpClient(UrlConnectionHttpClient.builder().socketTimeout(Wire.PATIENCE).build())
                .build());
    }

    void post(String connection, String text) {
        client.postToConnection(request -> request.connectionId(connection).data(SdkBytes.fromUtf8String(text)));
    }

    GetConnectionResponse get(String connection) {
        return client.getConnection(request -> request.connectionId(connection));
    }

    void delete(String connection) {
        client.deleteConnection(request -> request.connectionId(connection));
    }

    @Override
    public void close() {
        client.close();
    }
}
