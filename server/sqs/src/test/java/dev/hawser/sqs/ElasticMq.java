package dev.hawser.sqs;

import dev.hawser.core.kit.Ports;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import org.elasticmq.rest.sqs.SQSRestServer;
import org.elasticmq.rest.sqs.SQSRestServerBuilder;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.Message;

/** An SQS server in this process, with one queue on it and a consumer of that queue. */
public final class ElasticMq implements AutoCloseable {
    private static final String FIFO = ".fifo";

    private final String name;
    private final int port;
    private final SqsClient client;
    private SQSRestServer server;
    private String url;

    private ElasticMq(String name) throws IOException {
        this.name = name;
        // The SDK finds its credentials where a deployment would put them.
        System.setProperty("aws.accessKeyId", "test");
        System.setProperty("aws.secretAccessKey", "test");
        server = Ports.use(ElasticMq::started);
        port = server.waitUntilStarted().localAddress().getPort();
        client = SqsClient.builder().httpClientBuilder(UrlConnectionHttpClient.builder())
                .endpointOverride(URI.create("http://127.0.0.1:" + port)).region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))
                .build();
        createQueue();
    }

    private static SQSRestServer started(int port) {
        SQSRestServer server = SQSRestServerBuilder.withInterface("127.0.0.1").withPort(port).start();
        server.waitUntilStarted();
        return server;
    }

    public static ElasticMq standard() throws IOException {
        return new ElasticMq("runs");
    }

    public static ElasticMq fifo() throws IOException {
        return new ElasticMq("runs" + FIFO);
    }

    /** As an operator would configure it, without {@code sqs:}. */
    public String url() {
        return url;
    }

    public void start() {
        server = started(port);
        createQueue();
    }

    private void createQueue() {
        url = client.createQueue(request -> {
            request.queueName(name);
            if (name.endsWith(FIFO)) {
                request.attributesWithStrings(java.util.Map.of("FifoQueue", "true"));
            }
        }).queueUrl();
    }

    public void stop() {
        server.stopAndWait();
    }

    /**
     * What is there for a consumer; waits a second for something to come.
     *
     * @param seconds for which others do not see it
     */
    public List<Message> receive(int seconds) {
        return client.receiveMessage(request -> request.queueUrl(url).maxNumberOfMessages(10).waitTimeSeconds(1)
                .visibilityTimeout(seconds)).messages();
    }

    public void delete(Message message) {
        client.deleteMessage(request -> request.queueUrl(url).receiptHandle(message.receiptHandle()));
    }

    @Override
    public void close() {
        client.close();
        stop();
    }
}
