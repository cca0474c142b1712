package app;

import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.runtime.QuarkusApplication;
import io.quarkus.runtime.annotations.QuarkusMain;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;

/** Asks the database, and asks again when the password has been rotated. */
@QuarkusMain
public class Main implements QuarkusApplication {
  @Inject EntityManager entities;

  @Override
  public int run(String... arguments) throws Exception {
    System.out.println("answer: " + answer());
    System.in.read();
    System.out.println("answer: " + answer());
    return 0;
  }

  private String answer() {
    return QuarkusTransaction.requiringNew().call(() -> entities.find(Asset.class, 1L).name);
  }
}
